// Netty (Micronaut, Vert.x, Ratpack) in the consensus test.
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpData;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;

public final class NettyPeer extends Peer {
  @Override void read(String type, byte[] body) throws Exception {
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(body));
    request.headers().set("Content-Type", type);
    HttpPostMultipartRequestDecoder form =
        new HttpPostMultipartRequestDecoder(new DefaultHttpDataFactory(false), request);
    try {
      for (InterfaceHttpData data : form.getBodyHttpDatas())
        part(data.getName(), data instanceof FileUpload ? ((FileUpload) data).getFilename() : null, ((HttpData) data).get());
    } finally {
      form.destroy();
    }
  }

  public static void main(String[] arguments) throws Exception { new NettyPeer().serve(); }
}
