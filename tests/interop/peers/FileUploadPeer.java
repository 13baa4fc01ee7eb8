// Apache commons-fileupload (Tomcat, Struts, Spring) in the consensus test; protocol.py tells the protocol.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.apache.commons.fileupload.FileItemIterator;
import org.apache.commons.fileupload.FileItemStream;
import org.apache.commons.fileupload.FileUpload;
import org.apache.commons.fileupload.UploadContext;
import org.apache.commons.io.IOUtils;

public final class FileUploadPeer {
  private static String encode(String s) {
    return s == null ? "null" : '"' + Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8)) + '"';
  }

  private static String read(String type, byte[] body) throws Exception {
    UploadContext request = new UploadContext() {
      @Override public String getCharacterEncoding() { return "UTF-8"; }
      @Override public String getContentType() { return type; }
      @Override public int getContentLength() { return body.length; }
      @Override public long contentLength() { return body.length; }
      @Override public InputStream getInputStream() { return new ByteArrayInputStream(body); }
    };
    FileUpload upload = new FileUpload();
    upload.setHeaderEncoding("UTF-8");
    StringBuilder parts = new StringBuilder();
    FileItemIterator items = upload.getItemIterator(request);
    while (items.hasNext()) {
      FileItemStream item = items.next();
      byte[] data = IOUtils.toByteArray(item.openStream());
      StringBuilder digest = new StringBuilder();
      for (byte b : MessageDigest.getInstance("SHA-256").digest(data)) digest.append(String.format("%02x", b));
      if (parts.length() > 0) parts.append(',');
      parts.append("{\"name\":").append(encode(item.getFieldName()))
          .append(",\"filename\":").append(item.isFormField() ? "null" : encode(item.getName()))
          .append(",\"sha256\":\"").append(digest).append("\",\"size\":").append(data.length).append('}');
    }
    return parts.toString();
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    System.out.println("{}");
    for (String line; (line = in.readLine()) != null;) {
      String[] fields = line.split(" ", -1);
      String type = new String(Base64.getDecoder().decode(fields[0]), StandardCharsets.ISO_8859_1);
      String answer;
      try {
        if (!type.toLowerCase().startsWith("multipart/form-data")) throw new Exception("no form");
        answer = "{\"accepted\":true,\"parts\":[" + read(type, Base64.getDecoder().decode(fields[1])) + "]}";
      } catch (Exception why) {
        answer = "{\"accepted\":false,\"error\":\"" + why.getClass().getSimpleName() + "\"}";
      }
      System.out.println(answer);
    }
  }
}
