/*
 * The scripts hold no command and no option: at each press of the Tab key they ask the installed `istio-mesh`, so they never differ
 * from it. It prints a word a line, with a description after a tab, and last how the shell itself goes on: `:folder`, `:file` or `:none`.
 */

const BASH = `# Completion of istio-mesh for bash. In ~/.bashrc: source <(istio-mesh completion bash)
_istio_mesh() {
  local word line current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" rest=:none
  COMPREPLY=()
  if [ "$current" = = ]; then
    before== current=
  fi
  while IFS= read -r line; do
    word="\${line%%$'\\t'*}"
    # "=" separates words of bash, so a value is a word by itself.
    [ "$before" = = ] && word="\${word#*=}"
    case "$line" in
      :*) rest="$line" ;;
      *) COMPREPLY+=("$word") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case "$rest" in
    :folder) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$current") ;;
    :file) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current") ;;
  esac
  if [ "$rest" != :none ] && type compopt >/dev/null 2>&1; then
    compopt -o filenames
  fi
}
complete -F _istio_mesh istio-mesh`;

const ZSH = `#compdef istio-mesh
# Completion of istio-mesh for zsh. In ~/.zshrc, after compinit: source <(istio-mesh completion zsh)
_istio_mesh() {
  local line rest=:none
  local -a found
  while IFS= read -r line; do
    case "$line" in
      :*) rest="$line" ;;
      *) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done < <("\${words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe istio-mesh found
  case "$rest" in
    :folder) _files -/ ;;
    :file) _files ;;
  esac
}
if [ "\${funcstack[1]}" = _istio_mesh ]; then
  _istio_mesh "$@"
else
  compdef _istio_mesh istio-mesh
fi`;

const FISH = `# Completion of istio-mesh for fish. Once: istio-mesh completion fish > ~/.config/fish/completions/istio-mesh.fish
function __istio_mesh_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l command $words[1]
    set -e words[1]
    for line in ($command __complete -- $words "$current" 2>/dev/null)
        switch $line
            case :folder
                __fish_complete_directories "$current" ''
            case :file
                __fish_complete_path "$current" ''
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c istio-mesh -f -a '(__istio_mesh_complete)'`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH };

/** Script for a shell. */
export function completionScript(shell: keyof typeof SCRIPTS): string {
  return SCRIPTS[shell];
}
