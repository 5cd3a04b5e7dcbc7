package example;

import io.github.cdk8s_istio_multicluster.MeshApp;

public final class Main {
    private Main() {}

    public static void main(String[] args) {
        MeshApp app = new MeshApp();
        GuideMesh.in(app);
        app.synth();
        System.err.println(app.summary());
    }
}
