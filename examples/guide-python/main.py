import sys

from cdk8s_istio_multicluster import MeshApp

from mesh import guide_mesh

app = MeshApp()
guide_mesh(app)
app.synth()
print(app.summary(), file=sys.stderr)
