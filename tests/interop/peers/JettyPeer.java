// Jetty in the consensus test.
import java.io.ByteArrayInputStream;
import java.io.File;
import javax.servlet.MultipartConfigElement;
import javax.servlet.http.Part;
import org.eclipse.jetty.http.MultiPartFormInputStream;

public final class JettyPeer extends Peer {
  @Override void read(String type, byte[] body) throws Exception {
    MultipartConfigElement limits = new MultipartConfigElement(System.getProperty("java.io.tmpdir"), -1, -1, 1 << 28);
    MultiPartFormInputStream form =
        new MultiPartFormInputStream(new ByteArrayInputStream(body), type, limits, new File(limits.getLocation()), -1);
    for (Part p : form.getParts()) part(p.getName(), p.getSubmittedFileName(), p.getInputStream().readAllBytes());
  }

  public static void main(String[] arguments) throws Exception { new JettyPeer().serve(); }
}
