<?php
// PHP's own form parser (rfc1867) in the consensus test: prints what it made of the request.
function part($name, $filename, $data) {
    return ["name" => base64_encode($name), "filename" => $filename === null ? null : base64_encode($filename),
            "sha256" => hash("sha256", $data), "size" => strlen($data)];
}
function fields($name, $value, &$parts) {
    if (!is_array($value)) $parts[] = part($name, null, $value);
    else foreach ($value as $key => $inner) fields($name . "[" . $key . "]", $inner, $parts);
}
function files($name, $filename, $path, $error, &$parts) {
    if (is_array($filename)) {
        foreach ($filename as $key => $inner)
            files($name . "[" . $key . "]", $inner, $path[$key], $error[$key], $parts);
    } elseif ($error === UPLOAD_ERR_OK || $error === UPLOAD_ERR_NO_FILE) {
        $parts[] = part($name, $filename, $error === UPLOAD_ERR_OK ? file_get_contents($path) : "");
    } else {
        throw new Exception("upload error $error");
    }
}
header("Content-Type: application/json");
try {
    $trouble = error_get_last();  // what PHP warned of while it read the form
    if ($trouble) throw new Exception($trouble["message"]);
    if (stripos($_SERVER["CONTENT_TYPE"], "multipart/form-data") !== 0) throw new Exception("no form");
    $parts = [];
    foreach ($_POST as $name => $value) fields($name, $value, $parts);
    foreach ($_FILES as $name => $f)
        files($name, $f["full_path"] ?? $f["name"], $f["tmp_name"], $f["error"], $parts);
    echo json_encode(["accepted" => true, "parts" => $parts]);
} catch (Throwable $why) {
    echo json_encode(["accepted" => false, "error" => preg_replace('/[^ -~]/', "?", substr($why->getMessage(), 0, 80))]);
}
