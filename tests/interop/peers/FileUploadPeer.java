// Apache commons-fileupload (Tomcat, Struts, Spring) in the consensus test.
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.apache.commons.fileupload.FileItemIterator;
import org.apache.commons.fileupload.FileItemStream;
import org.apache.commons.fileupload.FileUpload;
import org.apache.commons.fileupload.UploadContext;
import org.apache.commons.io.IOUtils;

public final class FileUploadPeer extends Peer {
  @Override void read(String type, byte[] body) throws Exception {
    UploadContext request = new UploadContext() {
      @Override public String getCharacterEncoding() { return "UTF-8"; }
      @Override public String getContentType() { return type; }
      @Override public int getContentLength() { return body.length; }
      @Override public long contentLength() { return body.length; }
      @Override public InputStream getInputStream() { return new ByteArrayInputStream(body); }
    };
    FileUpload upload = new FileUpload();
    upload.setHeaderEncoding("UTF-8");
    FileItemIterator items = upload.getItemIterator(request);
    while (items.hasNext()) {
      FileItemStream item = items.next();
      byte[] data = IOUtils.toByteArray(item.openStream());
      part(item.getFieldName(), item.isFormField() ? null : item.getName(), data);
    }
  }

  public static void main(String[] arguments) throws Exception { new FileUploadPeer().serve(); }
}
