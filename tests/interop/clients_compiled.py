"""More clients for record.py: of Go, of Java, and of npm, from the node_modules in $RECORD_NODE_MODULES."""

import os
import pathlib
import tempfile

from clients import run

JARS = pathlib.Path("/usr/share/java")


def go(url: str, files: list[pathlib.Path]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".go") as script:
        script.write(
            'package main\nimport ("bytes"; "mime/multipart"; "net/http"; "os")\nfunc main() { var b bytes.Buffer; w'
            ' := multipart.NewWriter(&b); w.WriteField("title", "x"); f, _ := w.CreateFormFile("photo", "a b.png");'
            " d, _ := os.ReadFile(os.Args[2]); f.Write(d); w.Close(); http.Post(os.Args[1], w.FormDataContentType(),"
            " &b) }"
        )
        script.flush()
        run("go", "run", script.name, url, str(files[0]))


def apache_httpmime(url: str, files: list[pathlib.Path]) -> None:
    jars = ":".join(
        f"/usr/share/java/{j}.jar" for j in ("httpclient", "httpcore", "httpmime", "commons-logging", "commons-codec")
    )
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "Send.java")
        source.write_text(
            "import org.apache.http.client.methods.HttpPost; import"
            " org.apache.http.entity.mime.MultipartEntityBuilder;import org.apache.http.impl.client.HttpClients;"
            " public class Send { public static void main(String[] a) throws Exception {HttpPost p = new"
            ' HttpPost(a[0]); p.setEntity(MultipartEntityBuilder.create().addTextBody("title",'
            ' "x").addBinaryBody("photo", new java.io.File(a[1])).build());'
            " HttpClients.createDefault().execute(p).close(); } }"
        )
        run("java", "-cp", jars, str(source), url, str(files[0]))


def resty(url: str, files: list[pathlib.Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "send.go")
        source.write_text(
            'package main\nimport ("os"; "github.com/go-resty/resty")\nfunc main() { if _, e :='
            ' resty.New().R().SetFormData(map[string]string{"title": "x"}).SetFile("photo",'
            " os.Args[2]).Post(os.Args[1]); e != nil { panic(e) } }"
        )
        environment = {
            "GO111MODULE": "off",
            "GOPATH": "/usr/share/gocode",
            "GOFLAGS": "",
            "GOCACHE": folder + "/cache",
        }
        run("env", *(f"{k}={v}" for k, v in environment.items()), "go", "run", str(source), url, str(files[0]))


def _java(jars: str, imports: str, code: str, url: str, files: list[pathlib.Path]) -> None:
    path = ":".join(str(JARS / f"{jar}.jar") for jar in jars.split())
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "Send.java")
        lines = "".join(f"import {name}; " for name in imports.split())
        source.write_text(
            f"{lines}public class Send {{ public static void main(String[] a) throws Exception {{ {code} }} }}"
        )
        run("java", "-cp", path, str(source), url, str(files[0]))


def apache_httpclient5(url: str, files: list[pathlib.Path]) -> None:
    _java(
        "httpclient5 httpcore5 httpcore5-h2 slf4j-api slf4j-nop",
        (
            "org.apache.hc.client5.http.classic.methods.HttpPost"
            " org.apache.hc.client5.http.entity.mime.MultipartEntityBuilder"
            " org.apache.hc.client5.http.impl.classic.HttpClients"
        ),
        (
            'HttpPost p = new HttpPost(a[0]); p.setEntity(MultipartEntityBuilder.create().addTextBody("title",'
            ' "x").addBinaryBody("photo", new java.io.File(a[1])).build());'
            " HttpClients.createDefault().execute(p).close();"
        ),
        url,
        files[1:],
    )  # its names are Latin-1


def okhttp(url: str, files: list[pathlib.Path]) -> None:
    _java(
        "okhttp okio",
        "okhttp3.*",
        (
            'MultipartBody b = new MultipartBody.Builder().setType(MultipartBody.FORM).addFormDataPart("title",'
            ' "x").addFormDataPart("photo", new java.io.File(a[1]).getName(),'
            ' RequestBody.create(MediaType.parse("image/png"), new java.io.File(a[1]))).build(); new'
            " OkHttpClient().newCall(new Request.Builder().url(a[0]).post(b).build()).execute().close();"
            " System.exit(0);"
        ),
        url,
        files,
    )


def spring(url: str, files: list[pathlib.Path]) -> None:
    _java(
        "spring3-web spring3-core spring3-beans commons-logging",
        (
            "org.springframework.util.* org.springframework.web.client.RestTemplate "
            "org.springframework.core.io.FileSystemResource"
        ),
        (
            'LinkedMultiValueMap<String, Object> m = new LinkedMultiValueMap<>(); m.add("title", "x"); '
            'm.add("photo", new FileSystemResource(a[1])); new RestTemplate().postForObject(a[0], m, String.class);'
        ),
        url,
        files,
    )


def netty(url: str, files: list[pathlib.Path]) -> None:
    """The encoder alone: it gives the Content-Type and the body, which are sent on as they are."""
    _java(
        "netty-codec-http netty-codec netty-common netty-buffer netty-transport netty-handler netty-resolver",
        "io.netty.buffer.* io.netty.handler.codec.http.* io.netty.handler.codec.http.multipart.*",
        (
            "FullHttpRequest r = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST,"
            ' "/");HttpPostRequestEncoder e = new HttpPostRequestEncoder(r, true); e.addBodyAttribute("title",'
            ' "x");e.addBodyFileUpload("photo", new java.io.File(a[1]), "image/png", false); HttpRequest h ='
            " e.finalizeRequest();java.io.ByteArrayOutputStream o = new java.io.ByteArrayOutputStream(); while"
            " (!e.isEndOfInput()) {HttpContent c = e.readChunk(ByteBufAllocator.DEFAULT); byte[] b = new"
            " byte[c.content().readableBytes()]; c.content().readBytes(b);o.write(b); } if (o.size() == 0 && h"
            " instanceof FullHttpRequest) { ByteBuf c = ((FullHttpRequest) h).content(); byte[] b = new"
            " byte[c.readableBytes()]; c.readBytes(b); o.write(b); }java.net.HttpURLConnection u ="
            " (java.net.HttpURLConnection) new java.net.URL(a[0]).openConnection();"
            ' u.setDoOutput(true);u.setRequestProperty("Content-Type", h.headers().get("content-type"));'
            " u.getOutputStream().write(o.toByteArray());u.getResponseCode();"
        ),
        url,
        files,
    )


def _node(code: str):
    """npm's clients, from the node_modules in $RECORD_NODE_MODULES."""

    def client(url: str, files: list[pathlib.Path]) -> None:
        folder = os.environ.get("RECORD_NODE_MODULES")
        if not folder:
            raise RuntimeError("no $RECORD_NODE_MODULES")
        with tempfile.NamedTemporaryFile("w", suffix=".mjs", dir=folder) as script:
            script.write("import fs from 'node:fs';\nconst [, , url, file] = process.argv;\n" + code)
            script.flush()
            run("node", script.name, url, *map(str, files))

    return client


FORM_DATA = (
    "import FormData from 'form-data'; const f = new FormData(); f.append('title', 'x'); f.append('photo',"
    " fs.createReadStream(file));"
)
WEB_FORM = (
    "f.append('title', 'Grüße'); f.append('photo', new Blob(['b'], {type: 'image/png'}), 'Bild (übrig).png');"
    " f.append('b', new Blob(['c']));"
)
form_data = _node(FORM_DATA + "await new Promise((done) => f.submit(url, (e, r) => { r.resume(); done(); }));")
axios = _node(
    "import axios from 'axios'; await axios.postForm(url, {title: 'x', photo: fs.createReadStream(file), 'list[]':"
    " ['1', '2'], deep: {er: 1}});"
)
axios_web_form = _node(
    "import axios from 'axios'; const f = new FormData(); " + WEB_FORM + "await axios.post(url, f);"
)
axios_form_data = _node(
    "import axios from 'axios'; " + FORM_DATA + "await axios.post(url, f, {headers: f.getHeaders()});"
)
got = _node("import got from 'got'; const f = new FormData(); " + WEB_FORM + "await got.post(url, {body: f});")
superagent = _node(
    "import superagent from 'superagent'; await superagent.post(url).field('title', 'x').field('list[]',"
    " '1').attach('photo', file);"
)
needle = _node(
    "import needle from 'needle'; await needle('post', url, {title: 'x', photo: {file, content_type: 'image/png'}},"
    " {multipart: true});"
)
node_fetch = _node(
    "import fetch, {FormData, Blob} from 'node-fetch'; const f = new FormData(); "
    + WEB_FORM
    + "await fetch(url, {method: 'POST', body: f});"
)
undici = _node("const f = new FormData(); " + WEB_FORM + "await fetch(url, {method: 'POST', body: f});")
undici_7 = _node(
    "import {fetch, FormData} from 'undici'; const f = new FormData(); "
    + WEB_FORM
    + "await fetch(url, {method: 'POST', body: f});"
)
formdata_node = _node(
    "import {FormData} from 'formdata-node'; const f = new FormData(); "
    + WEB_FORM
    + "await fetch(url, {method: 'POST', body: f});"
)
request = _node(
    "import request from 'request'; await new Promise((done) => request.post({url, formData: "
    "{title: 'x', photo: fs.createReadStream(file)}}, done));"
)
