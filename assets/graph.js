"use strict";(()=>{function element(tag,attributes={},...content){return filled(document.createElement(tag),attributes,content)}function svgElement(tag,attributes={},...content){
return filled(document.createElementNS("http://www.w3.org/2000/svg",tag),attributes,content)}function button(attributes,press,...content){let made=element(
"button",{type:"button",...attributes},...content);return made.addEventListener("click",press),made}function filled(made,attributes,content){
for(let[name,value]of Object.entries(attributes))value!==void 0&&value!==!1&&made.setAttribute(name,value===!0?"":String(value));return made.
append(...content),made}function counted(count,noun){return`${count} ${noun}${count===1?"":"s"}`}var MAX_OPEN_ROWS=40,MAX_NAMESPACES=80,BY_NAMESPACE=new WeakMap,ID={importer:cluster=>`i${cluster}`,namespace:(cluster,namespace)=>`i${cluster}\
 ${namespace}`,egress:cluster=>`x${cluster}`,group:name=>`g ${name}`,service:service=>`s${service}`,exporter:cluster=>`e${cluster}`,gateway:(cluster,number)=>`\
e${cluster} ${number}`};function isByNamespace(model){let known=BY_NAMESPACE.get(model)??new Set(model.services.map(({namespace})=>namespace)).
size<=MAX_NAMESPACES;return BY_NAMESPACE.set(model,known),known}function headings(model){return["Importing clusters",`Services by ${isByNamespace(
model)?"namespace":"exporter"}`,"Exporting clusters"]}function groupIdOf(model,service){return ID.group(groupNameOf(model,service))}function boxesOf(model,part,toggled){
let boxes=[...importers(model,part),...groups(model,part),...exporters(model,part)],places=new Map(model.order.map((id,place)=>[id,place]));
return[0,1,2].map(column=>{let inColumn=boxes.filter(box=>box.column===column),rows=inColumn.reduce((total,box)=>total+box.rows.length,0);return inColumn.
map(box=>({...box,isOpen:box.rows.length>0&&rows<=MAX_OPEN_ROWS!==toggled.has(box.id)})).sort((a,b)=>(places.get(a.id)??places.size)-(places.
get(b.id)??places.size))}).flat()}function importers(model,part){return[...groupedBy([...part.imports],number=>model.imports[number].cluster)].
sort(([a],[b])=>a-b).map(([cluster,numbers])=>{let byNamespace=groupedBy(numbers,number=>model.imports[number].namespace),throughEgress=numbers.
filter(number=>model.imports[number].path==="egress").length;return{...clusterBox(model,cluster),id:ID.importer(cluster),column:0,note:counted(
numbers.length,"import"),rows:[...[...byNamespace].map(([namespace,own])=>({id:ID.namespace(cluster,namespace),kind:"namespace",label:namespace,
note:counted(own.length,"import"),selection:{kind:"namespace",cluster,namespace}})),...throughEgress===0?[]:[{id:ID.egress(cluster),kind:"eg\
ress",label:"egress gateway",note:counted(throughEgress,"import")}]]}})}function groups(model,part){let services=[...part.services].sort((a,b)=>a-
b);return[...groupedBy(services,service=>groupNameOf(model,service))].map(([name,numbers])=>({id:ID.group(name),column:1,label:name===""?"no\
 cluster":name,note:counted(numbers.length,"service"),isOpen:!1,selection:{kind:"group",services:numbers,title:name},rows:numbers.map(service=>{
let{name:label,vips,hosts,namespace}=model.services[service];return{id:ID.service(service),kind:"service",label:isByNamespace(model)?label:`${label}\
.${namespace}`,note:vips[0]??(hosts.length>0?"own name":"not imported"),selection:{kind:"service",service}}})}))}function exporters(model,part){
let services=new Map;for(let key of part.exports){let cluster=Number(key.split(" ")[1]);services.set(cluster,(services.get(cluster)??0)+1)}return[
...services].sort(([a],[b])=>a-b).map(([cluster,count])=>({...clusterBox(model,cluster),id:ID.exporter(cluster),column:2,note:counted(count,
"service"),rows:model.clusters[cluster].gateways.map((address,number)=>({id:ID.gateway(cluster,number),kind:"gateway",label:address,note:""}))}))}
function clusterBox({clusters},cluster){let{name,root,isInSight}=clusters[cluster],mark=isInSight?root&&root.phase!=="stable"?`root ${root.phase}`:
void 0:"no folder";return{label:name,mark,selection:{kind:"cluster",cluster},isOpen:!1}}function groupNameOf(model,service){let{namespace,exporters:[
first]}=model.services[service];return isByNamespace(model)?namespace:first===void 0?"":model.clusters[first].name}function groupedBy(items,keyOf2){
let found2=new Map;for(let item of items){let key=keyOf2(item),group=found2.get(key);group?group.push(item):found2.set(key,[item])}return found2}var HEIGHT={heading:36,head:34,row:26,foot:6,gap:12,smallGap:6},MANY_BOXES=20,MAX_CENTERED=900,MANY_EDGES=150,BOW=22;function pictureOf(model,part,boxes,{
column,gap}){let columns=[0,1,2].map(number=>boxes.filter(box=>box.column===number)),space=Math.max(...columns.map(({length})=>length))>MANY_BOXES?
HEIGHT.smallGap:HEIGHT.gap,heights=columns.map(own=>own.reduce((sum,box)=>sum+heightOf(box)+space,-space)),tallest=Math.max(0,...heights),placed=columns.
flatMap((own,number)=>{let y=HEIGHT.heading+(tallest<=MAX_CENTERED?(tallest-Math.max(0,heights[number]))/2:0);return own.map(box=>{let[top,height]=[
y,heightOf(box)];y+=height+space;let rows=box.isOpen?box.rows.map((row,i)=>({...row,y:top+HEIGHT.head+i*HEIGHT.row})):[];return{...box,x:number*
(column+gap),y:top,width:column,height,placed:rows}})});return{width:3*column+2*gap,height:HEIGHT.heading+tallest,boxes:placed,edges:edgesOf(
model,part,placed)}}function heightOf({isOpen,rows}){return HEIGHT.head+(isOpen?rows.length*HEIGHT.row+HEIGHT.foot:0)}function turnText({rank,
share},turns){let ordered=turns.some(turn=>turn.rank!==turns[0].rank),ranks=[...new Set(turns.map(turn=>turn.rank))].sort((a,b)=>a-b);return[
...ordered?[`${ranks.indexOf(rank)+1}.`]:[],...share===void 0?[]:[`${share}%`]].join(" ")}function edgeLabel(model,{imports,exports:keys}){let clusters=keys.
map(key=>Number(key.split(" ")[1])),texts=new Set(imports.flatMap(number=>{let{turns}=model.imports[number];return turns.filter(({cluster})=>clusters.
includes(cluster)).map(turn=>turnText(turn,turns))}));return texts.size===1?[...texts][0]:""}function isCrowded(edges){return edges.length>MANY_EDGES}
var Anchors=class{places=new Map;constructor(boxes){for(let{id,x,y,width,placed}of boxes)this.places.set(id,[x,x+width,y+HEIGHT.head/2]),placed.
forEach(row=>this.places.set(row.id,[x,x+width,row.y+HEIGHT.row/2]))}has(id){return this.places.has(id)}left(id){let[left,,y]=this.places.get(
id);return[left,y]}right(id){let[,right,y]=this.places.get(id);return[right,y]}};function edgesOf(model,part,boxes){let anchors=new Anchors(
boxes),drafts=new Map,add=(kind,isStopped,from,to)=>{let key=[kind,isStopped,from,to].join(`
`),[start2,end]=[anchors.right(from),kind==="bow"?anchors.right(to):anchors.left(to)],draft=drafts.get(key)??{kind,isStopped,from:start2,to:end,
imports:[],exports:new Set};return drafts.set(key,draft),draft},serviceAnchor=service=>anchors.has(ID.service(service))?ID.service(service):
groupIdOf(model,service),importsOf=new Map;for(let number of part.imports){let{cluster,namespace,service,path,stopped,turns}=model.imports[number],
isStopped=stopped.length>0,row=ID.namespace(cluster,namespace),isOpen=anchors.has(row);path==="egress"&&isOpen&&add("bow",isStopped,row,ID.egress(
cluster)).imports.push(number);let from=isOpen?path==="egress"?ID.egress(cluster):row:ID.importer(cluster);add(path,isStopped,from,serviceAnchor(
service)).imports.push(number);for(let turn of turns){let key=`${service} ${turn.cluster}`,numbers=importsOf.get(key);numbers?numbers.push(number):
importsOf.set(key,[number])}}for(let key of part.exports){let[service,cluster]=key.split(" ").map(Number);if(part.services.has(service)&&anchors.
has(ID.exporter(cluster))){let draft=add("export",!1,serviceAnchor(service),ID.exporter(cluster));draft.imports.push(...importsOf.get(key)??
[]),draft.exports.add(key)}}return[...drafts.values()].map(edgeOf)}function edgeOf({kind,isStopped,from,to,imports,exports:keys}){let[[x1,y1],
[x2,y2]]=[from,to],bend=kind==="bow"?x1+BOW:(x1+x2)/2,points=[[x1,y1],[bend,y1],[bend,y2],[x2,y2]].map(point=>point.map(rounded).join(" "));
return{kind,isStopped,imports,exports:[...keys],d:`M${points[0]}C${points.slice(1).join(" ")}`,middle:[(x1+x2)/2,(y1+y2)/2]}}function rounded(value){
return Math.round(value*10)/10}var KEYS=[["/","search"],["Arrows","move between the lines of the drawing"],["Enter","select, and open or close a box"],["Escape","select no\
thing"]],Details=class{constructor(state,go){this.state=state;this.go=go;state.onChange(()=>this.show()),this.show()}state;go;panel=element(
"aside",{class:"details","aria-label":"Details",tabindex:0});show(){let{selection}=this.state;this.panel.classList.toggle("idle",selection===
void 0),this.panel.replaceChildren(...selection===void 0?this.overview():[this.closer(),...this.about(selection)]),this.panel.scrollTop=0}closer(){
return button({class:"close","aria-label":"Close the details"},()=>this.go(void 0),"\xD7")}about(selection){switch(selection.kind){case"clus\
ter":return this.aboutCluster(selection.cluster);case"service":return this.aboutService(selection.service);case"namespace":return this.aboutNamespace(
selection.cluster,selection.namespace);case"group":return this.aboutGroup(selection.title,selection.services)}}overview(){let{model}=this.state,
stopped=this.numbers(({stopped:reasons})=>reasons.length>0),moving=model.clusters.filter(({root})=>root!==void 0&&root.phase!=="stable");return[
element("h2",{},"Nothing selected"),element("p",{class:"soft"},"Select a cluster, namespace or service to see its consumers and exporters."),
facts(KEYS),...moving.length===0?[]:[element("h3",{},"Replacement of the root"),facts(moving.map(({name,root})=>[name,root.phase]))],...this.
importList("By the files, requests stop",stopped,"consumer")]}aboutService(number){let{name,namespace,hosts,vips,exporters:exporters2,objects}=this.
state.model.services[number];return[element("h2",{},name),element("p",{class:"soft"},`Service in namespace ${namespace}`),facts([...hosts.map(
(host,i)=>[i===0?"Names":"",host]),...vips.map((vip,i)=>[i===0?"VIP":"",vip])]),...this.clusterList("Exporters",exporters2),...this.importList(
"Consumers",this.numbers(item=>item.service===number),"consumer"),...this.files("Opened by",objects)]}aboutCluster(number){let{services,clusters}=this.
state.model,{name,gateways,facts:known,root,isInSight}=clusters[number],exported=[...services.keys()].filter(service=>services[service].exporters.
includes(number)),own=new Set(exported);return[element("h2",{},name),element("p",{class:"soft"},isInSight?"Cluster":"Cluster without a folde\
r: only what others say of it is shown"),facts([...gateways.map((gateway,i)=>[i===0?"Ingress gateway":"",gateway]),...known,...root===void 0?
[]:[["Root",root.phase]],...(root?.trusted??[]).map((text,i)=>[i===0?"Trusts":"",text])]),...this.importList("Imports",this.numbers(item=>item.
cluster===number),"service"),...this.serviceList("Exports",exported),...this.importList("Consumers of its exports",this.numbers(({service,turns})=>own.
has(service)&&turns.some(({cluster})=>cluster===number)),"both")]}aboutNamespace(cluster,namespace){return[element("h2",{},namespace),element(
"p",{class:"soft"},`Namespace that imports, in ${this.state.model.clusters[cluster].name}`),...this.importList("Imports",this.numbers(item=>item.
cluster===cluster&&item.namespace===namespace),"service")]}aboutGroup(title,services){let all=new Set(services);return[element("h2",{},title),
element("p",{class:"soft"},counted(services.length,"service")),...this.serviceList("Services",services),...this.importList("Consumers",this.
numbers(({service})=>all.has(service)),"both")]}numbers(test){return[...this.state.part.imports].filter(number=>test(this.state.model.imports[number]))}clusterList(title,numbers){
return this.list(title,numbers.map(number=>{let{name,gateways}=this.state.model.clusters[number];return element("li",{},this.link(name,{kind:"\
cluster",cluster:number}),...small(gateways.join(", ")))}))}serviceList(title,numbers){return this.list(title,numbers.map(number=>{let{name,
namespace,vips}=this.state.model.services[number];return element("li",{},this.link(`${name}.${namespace}`,{kind:"service",service:number}),...small(
vips.join(", ")))}))}importList(title,numbers,named){return this.list(title,numbers.map(number=>this.importItem(number,named)))}list(title,items){
return items.length===0?[]:[element("h3",{},`${title} `,element("span",{class:"count"},String(items.length))),element("ul",{},...items)]}importItem(number,named){
let{model}=this.state,{cluster,namespace,service,host,ports,path,turns,localPods,routes,stopped,objects}=model.imports[number],consumer=this.
link(`${model.clusters[cluster].name} / ${namespace}`,{kind:"namespace",cluster,namespace}),{name,namespace:home}=model.services[service],subject=this.
link(`${name}.${home}`,{kind:"service",service}),answers=turns.map(turn=>[turnText(turn,turns),model.clusters[turn.cluster].name].filter(text=>text!==
"").join(" "));return element("li",{class:"import"},...named==="both"?[consumer," \u2192 ",subject]:[named==="consumer"?consumer:subject],element(
"span",{class:`chip ${path}`},path==="direct"?"direct":"egress gateway"),...stopped.map(reason=>element("p",{class:"stopped"},`Stops at ${reason}`)),
element("p",{class:"small"},[`${host}${ports.length>0?`:${ports.join(",")}`:""}`,...localPods===void 0?[]:[`local pods ${localPods==="first"?
"first":"too"}`],...answers.length>0?[`answered by ${answers.join(", ")}`]:[]].join(" \xB7 ")),...routes.map(route=>element("p",{class:"smal\
l"},route)),folded(`Files (${objects.length})`,()=>[this.fileList(objects)]))}files(title,objects){return objects.length===0?[]:[element("h3",
{},title),this.fileList(objects)]}fileList(numbers){let{objects,clusters}=this.state.model;return element("ul",{class:"files"},...numbers.map(
number=>objects[number]).map(({title,file,cluster})=>element("li",{},`${title}, ${clusters[cluster].name}`,element("code",{},file))))}link(text,selection){
return button({class:"link"},()=>this.go(selection),text)}};function facts(pairs){return element("dl",{},...pairs.map(([name,value])=>element(
"div",{},element("dt",{},name),element("dd",{},value))))}function small(text){return text===""?[]:[element("p",{class:"small"},text)]}function folded(title,content){
let made=element("details",{},element("summary",{},title));return made.addEventListener("toggle",()=>made.childElementCount===1&&made.append(
...content())),made}var Focus=class{subjects=new Map;places=[];reached;constructor(region){region.addEventListener("keydown",event=>this.onKey(event))}follow({boxes},subjects,focused){
this.subjects=subjects,this.places=boxes.flatMap(({id,column,y,placed})=>[{id,column,y:y+HEIGHT.head/2},...placed.filter(({id:row})=>subjects.
has(row)).map(row=>({id:row.id,column,y:row.y+HEIGHT.row/2}))]),this.reach(this.reached!==void 0&&subjects.has(this.reached)?this.reached:this.
places[0]?.id),focused!==void 0&&subjects.has(focused)&&this.set(focused)}set(id){this.reach(id),this.subjects.get(id).focus({preventScroll:!0})}reach(id){
this.subjects.get(this.reached??"")?.setAttribute("tabindex","-1"),this.reached=id,this.subjects.get(id??"")?.setAttribute("tabindex","0")}onKey(event){
let current=event.target instanceof HTMLElement?event.target.dataset.id:void 0;if(current===void 0||event.altKey||event.ctrlKey||event.metaKey)
return;let target=this.neighbour(current,event.key);target!==void 0&&(event.preventDefault(),this.set(target),this.subjects.get(target).scrollIntoView(
{block:"nearest",inline:"nearest"}))}neighbour(current,key){let{column,y}=this.places.find(({id})=>id===current),own=this.places.filter(place=>place.
column===column),at=own.findIndex(({id})=>id===current),steps={ArrowUp:at-1,ArrowDown:at+1,Home:0,End:own.length-1};if(key in steps)return own[Math.
max(0,Math.min(own.length-1,steps[key]))].id;let side=key==="ArrowLeft"?-1:key==="ArrowRight"?1:0,beside=this.places.filter(place=>side!==0&&
place.column===column+side),bright=beside.filter(({id})=>this.subjects.get(id).classList.contains("lit")),[nearest]=(bright.length>0?bright:
beside).sort((a,b)=>Math.abs(a.y-y)-Math.abs(b.y-y));return nearest?.id}};var KINDS=["export","direct","bow","egress"];function paths(edges){return KINDS.flatMap(kind=>[!1,!0].flatMap(isStopped=>{let d=edges.filter(
edge=>edge.kind===kind&&edge.isStopped===isStopped).map(edge=>edge.d).join("");return d===""?[]:[svgElement("path",{d,class:`edge ${kind}${isStopped?
" stopped":""}`})]}))}function pill({middle:[x,y]},label){let width=label.length*7+12;return[svgElement("rect",{class:"pill",x:x-width/2,y:y-
9,width,height:18,rx:9}),svgElement("text",{class:"pill-text",x,y:y+4,"text-anchor":"middle"},label)]}var MAX_LABELS=24,MANY_LIT=60,MIN_COLUMN=210,MAX_COLUMN=340,PAPER={column:240,gap:120},Drawing=class{constructor(state){this.state=state;this.
lines.append(this.base,this.bright),this.canvas.append(this.headings,this.lines,this.boxes),this.region.append(this.canvas),state.onChange(change=>change===
"selection"?this.light():this.draw()),new ResizeObserver(()=>this.draw()).observe(this.region),addEventListener("beforeprint",()=>this.setPaper(
!0)),addEventListener("afterprint",()=>this.setPaper(!1))}state;region=element("section",{class:"graph","aria-label":"Drawing of the mesh"});canvas=element(
"div",{class:"canvas"});lines=svgElement("svg",{class:"lines","aria-hidden":"true"});base=svgElement("g",{class:"base"});bright=svgElement("\
g",{class:"bright"});headings=element("div",{class:"headings"});boxes=element("div",{class:"boxes"});picture;subjects=new Map;silent=new Map;focus=new Focus(
this.region);isOnPaper=!1;reveal(selection){selection.kind==="service"&&this.open(this.state.groupIdOf(selection.service)),selection.kind===
"namespace"&&this.open(ID.importer(selection.cluster));let[id]=[...this.subjects.keys()].filter(key=>this.subjects.get(key).classList.contains(
"selected"));id!==void 0&&(this.focus.set(id),this.subjects.get(id).scrollIntoView({block:"center",inline:"nearest"}))}toggleAll(){let groups2=this.
picture.boxes.filter(({column,rows})=>column===1&&rows.length>0),closed=groups2.filter(({isOpen})=>!isOpen);this.state.toggle(...(closed.length>
0?closed:groups2).map(({id})=>id))}get isOpen(){return this.picture.boxes.every(({column,isOpen})=>column!==1||isOpen)}open(id){this.picture.
boxes.some(box=>box.id===id&&!box.isOpen)&&this.state.toggle(id)}setPaper(isOnPaper){this.isOnPaper=isOnPaper,this.draw()}draw(){let{model,part,
toggled}=this.state,focused=document.activeElement instanceof HTMLElement?document.activeElement.dataset.id:void 0;this.picture=pictureOf(model,
part,boxesOf(model,part,toggled),this.widths());let{width,height,boxes,edges}=this.picture;this.canvas.style.width=this.lines.style.width=`${width}\
px`,this.canvas.style.height=this.lines.style.height=`${height}px`,this.subjects=new Map,this.silent=new Map,this.headings.replaceChildren(...this.
drawnHeadings()),this.boxes.replaceChildren(...boxes.map(box=>this.drawnBox(box))),boxes.length===0&&this.boxes.append(element("p",{class:"n\
othing"},"No service or import is left. Change the filter.")),this.base.classList.toggle("crowded",isCrowded(edges)),this.base.replaceChildren(
...paths(edges)),this.light(),this.focus.follow(this.picture,this.subjects,focused)}widths(){if(this.isOnPaper)return PAPER;let available=this.
region.clientWidth-48,gap=Math.round(Math.max(56,Math.min(170,available*.13,(available-3*MIN_COLUMN)/2)));return{gap,column:Math.round(Math.
max(MIN_COLUMN,Math.min(MAX_COLUMN,(available-2*gap)/3)))}}drawnHeadings(){let{boxes}=this.picture;return headings(this.state.model).flatMap(
(text,column)=>{let own=boxes.filter(box=>box.column===column),heading=element("h2",{},text);return heading.style.left=`${own[0]?.x}px`,own.
length>0?[heading]:[]})}drawnBox(box){let{x,y,width,height,label,note,mark,rows,isOpen}=box,expanded=rows.length>0?String(isOpen):void 0,head=button(
{class:"head","data-id":box.id,tabindex:-1,title:label,"aria-expanded":expanded},()=>this.pressHead(box),element("span",{class:"label"},label),
...mark===void 0?[]:[element("span",{class:"mark"},mark)],element("span",{class:"note"},note));this.subjects.set(box.id,head);let made=element(
"div",{class:"box"},head,...box.placed.map(row=>this.drawnRow(row)));return Object.assign(made.style,{left:`${x}px`,top:`${y}px`,width:`${width}\
px`,height:`${height}px`}),made}drawnRow(row){let title=row.note===""?row.label:`${row.label}, ${row.note}`,content=[element("span",{class:"\
label"},row.label),element("span",{class:"note"},row.note)],attributes={class:`row ${row.kind}`,"data-id":row.id,title};if(row.selection===void 0){
let made2=element("div",attributes,...content);return this.silent.set(row.id,made2),made2}let made=button({...attributes,tabindex:-1},()=>this.
press(row.selection),...content);return this.subjects.set(row.id,made),made}pressHead({id,selection,isOpen,rows}){let isFirst=!this.state.isSelected(
selection);this.focus.reach(id),isFirst&&this.state.select(selection),rows.length>0&&(!isFirst||!isOpen)&&this.state.toggle(id)}press(selection){
this.state.select(this.state.isSelected(selection)?void 0:selection)}light(){let{lit:lit2,model}=this.state;this.canvas.classList.toggle("se\
lecting",lit2!==void 0);let ids=lit2===void 0?new Set:this.litIds(lit2);for(let{id,selection,placed}of this.picture.boxes)this.mark(id,ids,selection),
placed.forEach(row=>this.mark(row.id,ids,row.selection));let edges=lit2===void 0?[]:edgesOf(model,lit2,this.picture.boxes),labelled=edges.filter(
({kind})=>kind==="export").map(edge=>[edge,edgeLabel(model,edge)]).filter(([,label])=>label!=="");this.bright.classList.toggle("many",edges.
length>MANY_LIT);let labels=labelled.length>MAX_LABELS?[]:labelled.flatMap(([edge,label])=>pill(edge,label));this.bright.replaceChildren(...paths(
edges),...labels)}litIds({imports,services,exports:exporting}){let{model}=this.state,ids=new Set;for(let number of imports){let{cluster,namespace,
path}=model.imports[number];[ID.importer(cluster),ID.namespace(cluster,namespace),...path==="egress"?[ID.egress(cluster)]:[]].forEach(id=>ids.
add(id))}return services.forEach(service=>ids.add(ID.service(service)).add(this.state.groupIdOf(service))),exporting.forEach(key=>ids.add(ID.
exporter(Number(key.split(" ")[1])))),ids}mark(id,ids,selection){let isSelected=this.state.isSelected(selection),subject=this.subjects.get(id);
(subject??this.silent.get(id))?.classList.toggle("lit",ids.has(id)),subject?.classList.toggle("selected",isSelected),subject?.setAttribute("\
aria-pressed",String(isSelected))}};function naturally(a,b){let[one,other]=[partsOf(a),partsOf(b)];for(let i=0;i<Math.min(one.length,other.length);i++){let isNumber=[one[i],other[i]].
every(part=>/^\d/.test(part)),difference=isNumber?Number(one[i])-Number(other[i]):0;if(difference!==0)return difference;if(!isNumber&&one[i]!==
other[i])return one[i]<other[i]?-1:1}return one.length-other.length||(a<b?-1:a>b?1:0)}function partsOf(text){return text.match(/\d+|\D+/g)??
[]}var PATHS=[["","All paths"],["direct","Direct"],["egress","Through an egress gateway"],["stopped","Stopped"]];function filters(state){let{clusters,
services,imports}=state.model,namespaces=[...new Set([...services,...imports].map(({namespace})=>namespace))].sort(naturally);return element(
"div",{class:"filters",role:"group","aria-label":"Filter"},choice("Cluster",[["","All clusters"],...clusters.map(({name},number)=>[String(number),
name])],value=>state.setFilter({cluster:value===""?void 0:Number(value)})),choice("Namespace",[["","All namespaces"],...namespaces.map(name=>[
`=${name}`,name])],value=>state.setFilter({namespace:value===""?void 0:value.slice(1)})),choice("Path",PATHS,value=>state.setFilter({path:value===
""?void 0:value})))}function choice(name,options,choose){let select=element("select",{"aria-label":name},...options.map(([value,text])=>element(
"option",{value},text)));return select.addEventListener("change",()=>{select.classList.toggle("chosen",select.value!==""),choose(select.value)}),
select}var MAX_SHOWN=12;function entriesOf({clusters,services,imports}){let namespaces=new Map(imports.map(({cluster,namespace})=>[`${cluster} ${namespace}`,
{cluster,namespace}]));return[...clusters.map(({name,gateways},cluster)=>({label:name,kind:"cluster",text:searched(name,...gateways),selection:{
kind:"cluster",cluster}})),...services.map(({name,namespace,hosts,vips},service)=>({label:`${name}.${namespace}`,kind:"service",text:searched(
`${name}.${namespace}`,...hosts,...vips),selection:{kind:"service",service}})),...[...namespaces.values()].map(({cluster,namespace})=>({label:`${clusters[cluster].
name} / ${namespace}`,kind:"namespace",text:searched(namespace),selection:{kind:"namespace",cluster,namespace}}))]}function found(entries,query){
let words=query.toLowerCase().split(/\s+/).filter(word=>word!==""),rank=({label})=>{let name=label.toLowerCase();return name===words[0]?0:name.
startsWith(`${words[0]}.`)?1:name.startsWith(words[0])?2:3};return(words.length===0?[]:entries.filter(({text})=>words.every(word=>text.includes(
word)))).map(entry=>({entry,rank:rank(entry)})).sort((a,b)=>a.rank-b.rank).map(({entry})=>entry)}var Search=class{constructor(model,go){this.
go=go;this.entries=entriesOf(model),this.field.append(this.input,this.list,this.count),this.input.addEventListener("input",()=>this.look()),
this.input.addEventListener("focus",()=>this.look()),this.input.addEventListener("blur",()=>this.close()),this.input.addEventListener("keydo\
wn",event=>this.onKey(event))}go;field=element("div",{class:"search",role:"search"});input=element("input",{id:"search",type:"text",role:"co\
mbobox",placeholder:"Search  ( / )","aria-label":"Search for services, clusters and namespaces","aria-expanded":"false","aria-controls":"fou\
nd","aria-autocomplete":"list",autocomplete:"off",spellcheck:"false"});list=element("ul",{id:"found",role:"listbox","aria-label":"Found",hidden:!0});count=element(
"span",{class:"hidden",role:"status"});entries;shown=[];active=0;focus(){this.input.focus(),this.input.select()}look(){let all=found(this.entries,
this.input.value);this.shown=all.slice(0,MAX_SHOWN),this.active=0,this.list.replaceChildren(...this.shown.map((entry,i)=>this.option(entry,i))),
all.length>MAX_SHOWN&&this.list.append(element("li",{class:"more",role:"presentation"},`${all.length-MAX_SHOWN} more: write more of the name`)),
this.input.value.trim()!==""&&all.length===0&&this.list.append(element("li",{class:"more",role:"presentation"},"Nothing has this name or add\
ress")),this.count.textContent=this.input.value.trim()===""?"":`${all.length} found`,this.setOpen(this.list.childElementCount>0),this.mark()}option(entry,i){
let made=element("li",{role:"option",id:`found-${i}`,"aria-selected":"false"},element("span",{class:"label"},entry.label),element("span",{class:"\
note"},entry.kind));return made.addEventListener("mousedown",event=>event.preventDefault()),made.addEventListener("click",()=>this.take(entry)),
made}take({selection}){this.input.value="",this.close(),this.go(selection)}onKey(event){let isOpen=!this.list.hidden&&this.shown.length>0;event.
key==="Enter"&&isOpen?(event.preventDefault(),this.take(this.shown[this.active])):isOpen&&(event.key==="ArrowDown"||event.key==="ArrowUp")?(event.
preventDefault(),this.active=(this.active+(event.key==="ArrowDown"?1:this.shown.length-1))%this.shown.length,this.mark()):event.key==="Escap\
e"&&(!this.list.hidden||this.input.value!=="")&&(event.stopPropagation(),this.input.value="",this.look())}mark(){this.list.querySelectorAll(
"[role=option]").forEach((option,i)=>option.setAttribute("aria-selected",String(i===this.active))),this.shown.length>0?this.input.setAttribute(
"aria-activedescendant",`found-${this.active}`):this.input.removeAttribute("aria-activedescendant")}close(){this.setOpen(!1)}setOpen(isOpen){
this.list.hidden=!isOpen,this.input.setAttribute("aria-expanded",String(isOpen))}};function searched(...texts){return texts.join(`
`).toLowerCase()}function filtered(model,{cluster,namespace,path}){let imports=model.imports.map((_,number)=>number).filter(number=>{let item=model.imports[number],
clusters=[item.cluster,...item.turns.map(turn=>turn.cluster)];return(cluster===void 0||clusters.includes(cluster))&&(namespace===void 0||item.
namespace===namespace||model.services[item.service].namespace===namespace)&&(path===void 0||(path==="stopped"?item.stopped.length>0:item.path===
path))}),services=new Set(imports.map(number=>model.imports[number].service));for(let[number,service]of path===void 0?model.services.entries():
[])(cluster===void 0||service.exporters.includes(cluster))&&(namespace===void 0||service.namespace===namespace)&&services.add(number);let exporters2=[
...services].flatMap(number=>model.services[number].exporters.map(exporter=>exportKey(number,exporter)));return{imports:new Set(imports),services,
exports:new Set(exporters2)}}function lit(model,selection){let imports=new Set,services=new Set,exporting=new Set,addImport=(number,only)=>{
let{service,turns}=model.imports[number];imports.add(number),services.add(service),turns.map(({cluster})=>cluster).filter(cluster=>only===void 0||
cluster===only).forEach(cluster=>exporting.add(exportKey(service,cluster)))},addService=(number,only)=>{services.add(number);let{exporters:exporters2}=model.
services[number];exporters2.filter(exporter=>only===void 0||exporter===only).forEach(exporter=>exporting.add(exportKey(number,exporter)))};for(let[
number,item]of model.imports.entries())selection.kind==="cluster"&&item.cluster===selection.cluster||selection.kind==="namespace"&&item.cluster===
selection.cluster&&item.namespace===selection.namespace||selection.kind==="service"&&item.service===selection.service||selection.kind==="gro\
up"&&selection.services.includes(item.service)?addImport(number):selection.kind==="cluster"&&item.turns.some(({cluster})=>cluster===selection.
cluster)&&addImport(number,selection.cluster);if((selection.kind==="service"||selection.kind==="group")&&(selection.kind==="service"?[selection.
service]:selection.services).forEach(number=>addService(number)),selection.kind==="cluster")for(let[number,{exporters:exporters2}]of model.services.
entries())exporters2.includes(selection.cluster)&&addService(number,selection.cluster);return{imports,services,exports:exporting}}function exportKey(service,cluster){
return`${service} ${cluster}`}var State=class{constructor(model){this.model=model;this.part=filtered(model,{})}model;filter={};selection;toggled=new Set;part;lit;listeners=[];onChange(listener){
this.listeners.push(listener)}setFilter(change){this.filter={...this.filter,...change},this.part=filtered(this.model,this.filter),this.light(),
this.tell("filter")}toggle(...ids){ids.forEach(id=>this.toggled.delete(id)||this.toggled.add(id)),this.tell("boxes")}select(selection){this.
selection=selection,this.light(),this.tell("selection")}isSelected(selection){return selection!==void 0&&this.selection!==void 0&&keyOf(selection)===
keyOf(this.selection)}isShown(selection){let{imports,services,exports:exporting}=lit(this.model,selection);return[...imports].some(number=>this.
part.imports.has(number))||[...services].some(number=>this.part.services.has(number))||[...exporting].some(key=>this.part.exports.has(key))}groupIdOf(service){
return groupIdOf(this.model,service)}light(){let all=this.selection&&lit(this.model,this.selection);this.lit=all&&{imports:common(all.imports,
this.part.imports),services:common(all.services,this.part.services),exports:common(all.exports,this.part.exports)}}tell(change){this.listeners.
forEach(listener=>listener(change))}};function keyOf(selection){return JSON.stringify(Object.entries(selection).sort(([a],[b])=>a<b?-1:1))}function common(one,other){
return new Set([...one].filter(item=>other.has(item)))}var THEMES=["auto","light","dark"],LEGEND=[["edge direct","import, directly"],["edge egress","import, through the egress gateway"],["edge di\
rect stopped","stops by the files"],["edge export","answered by"]];function start(model){let state=new State(model),drawing=new Drawing(state),
go=selection=>{selection!==void 0&&!state.isShown(selection)&&resetFilters(),state.select(selection),selection!==void 0&&drawing.reveal(selection)},
search=new Search(model,go),filterBar=element("div",{class:"bar"}),resetFilters=()=>{state.setFilter({cluster:void 0,namespace:void 0,path:void 0}),
filterBar.querySelectorAll("select").forEach(select=>{select.value="",select.classList.remove("chosen")})},all=button({class:"plain"},()=>drawing.
toggleAll()),nameAll=()=>{all.textContent=drawing.isOpen?"Close groups":"Open groups"};filterBar.append(search.field,filters(state),all,themeSwitch()),
document.querySelector("header").append(filterBar),document.getElementById("page").append(drawing.region,new Details(state,go).panel),document.
body.append(legend()),drawing.draw(),state.onChange(nameAll),nameAll(),addEventListener("keydown",event=>{let isTyping=event.target instanceof
HTMLInputElement||event.target instanceof HTMLSelectElement;event.key==="/"&&!isTyping&&!event.ctrlKey&&!event.metaKey&&!event.altKey?(event.
preventDefault(),search.focus()):event.key==="Escape"&&state.select(void 0)})}function themeSwitch(){let at=0,made=button({class:"plain"},()=>{
at=(at+1)%THEMES.length,document.documentElement.dataset.theme=THEMES[at],made.textContent=`Theme: ${THEMES[at]}`},`Theme: ${THEMES[at]}`);return made}
function legend(){return element("footer",{class:"legend"},...LEGEND.map(([kind,text])=>element("span",{},svgElement("svg",{class:"lines",width:28,
height:8,"aria-hidden":"true"},svgElement("path",{class:kind,d:"M0 4h28"})),text)))}start(JSON.parse(document.getElementById("model").textContent));})();
