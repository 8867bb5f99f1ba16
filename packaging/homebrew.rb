# The formula of a Homebrew tap. packaging/fill.mjs fills in what stands between @ signs at a release.
class Vipctl < Formula
  desc "What istiod would send to a proxy, computed from manifests or a live cluster"
  homepage "https://github.com/@REPOSITORY@"
  url "https://registry.npmjs.org/vipctl/-/vipctl-@VERSION@.tgz"
  sha256 "@SHA256 vipctl-@VERSION@.tgz@"
  license "Apache-2.0"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink libexec.glob("bin/*")
    man1.install_symlink libexec.glob("lib/node_modules/vipctl/dist/man/*.1.gz")
    generate_completions_from_executable(bin/"vipctl", "completion")
  end

  test do
    (testpath/"entry.yaml").write <<~YAML
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db, namespace: shop}
      spec:
        hosts: [db.example.com]
        ports: [{number: 3306, name: tcp, protocol: TCP}]
        resolution: DNS
    YAML
    arguments = "+short --dns-capture true -f entry.yaml"
    assert_equal "240.240.0.1\n", shell_output("#{bin}/vipctl dig db.example.com #{arguments}")
  end
end
