# Ruby's Rack in the consensus test; protocol.py tells the protocol.
require "base64"
require "digest"
require "json"
require "rack"
require "rack/multipart"
require "stringio"

# Takes the parts as the parser gives them, before names become nested hashes.
class Recorder
  attr_reader :parts

  def initialize
    @parts = []
  end

  def make_params
    self
  end

  def to_params_hash
    {}
  end

  def normalize_params(_params, name, value, _depth = nil)
    file = value.is_a?(Hash)
    value[:tempfile].rewind if file
    data = (file ? value[:tempfile].read : value.to_s).b
    @parts << { name: Base64.strict_encode64(name.b),
                filename: file && value[:filename] ? Base64.strict_encode64(value[:filename].b) : nil,
                sha256: Digest::SHA256.hexdigest(data), size: data.bytesize }
  end

  def param_depth_limit
    100
  end
end

$stdout.sync = true
puts JSON.generate(version: Rack.release)
while (line = $stdin.gets)
  type, body = line.chomp.split(" ", -1).map { |s| Base64.strict_decode64(s) }
  begin
    raise "no form" unless type.downcase.start_with?("multipart/form-data") && !body.empty?

    recorder = Recorder.new
    info = Rack::Multipart::Parser.parse(StringIO.new(body), body.bytesize, type,
                                         Rack::Multipart::Parser::TEMPFILE_FACTORY, 1_048_576, recorder)
    raise "no boundary" if info.params.nil?

    info.tmp_files.each(&:close!)
    answer = { accepted: true, parts: recorder.parts }
  rescue StandardError => e
    answer = { accepted: false, error: "#{e.class}: #{e.message}".b.gsub(/[^ -~]/n, "?")[0, 80] }
  end
  puts JSON.generate(answer)
end
