// What the Java parsers of the consensus test share; protocol.py tells the protocol.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

abstract class Peer {
  private final StringBuilder parts = new StringBuilder();

  // Reads one form, and calls part() for each of its parts; throws where it refuses.
  abstract void read(String type, byte[] body) throws Exception;

  final void part(String name, String filename, byte[] data) throws Exception {
    StringBuilder digest = new StringBuilder();
    for (byte b : MessageDigest.getInstance("SHA-256").digest(data)) digest.append(String.format("%02x", b));
    if (parts.length() > 0) parts.append(',');
    parts.append("{\"name\":").append(encode(name)).append(",\"filename\":").append(encode(filename))
        .append(",\"sha256\":\"").append(digest).append("\",\"size\":").append(data.length).append('}');
  }

  private static String encode(String s) {
    return s == null ? "null" : '"' + Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8)) + '"';
  }

  final void serve() throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    System.out.println("{}");
    for (String line; (line = in.readLine()) != null;) {
      String[] fields = line.split(" ", -1);
      String type = new String(Base64.getDecoder().decode(fields[0]), StandardCharsets.ISO_8859_1);
      parts.setLength(0);
      try {
        if (!type.toLowerCase().startsWith("multipart/form-data")) throw new Exception("no form");
        read(type, Base64.getDecoder().decode(fields[1]));
        System.out.println("{\"accepted\":true,\"parts\":[" + parts + "]}");
      } catch (Exception why) {
        System.out.println("{\"accepted\":false,\"error\":\"" + why.getClass().getSimpleName() + "\"}");
      }
    }
  }
}
