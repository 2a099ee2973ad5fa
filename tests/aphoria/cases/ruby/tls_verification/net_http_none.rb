# expect: tls/cert_verification/enabled = false
require "net/http"
require "openssl"

class Feed
  def initialize(host)
    @http = Net::HTTP.new(host, 443)
    @http.use_ssl = true
    @http.read_timeout = 10
    @http.verify_mode = OpenSSL::SSL::VERIFY_NONE
  end

  def get(path)
    @http.get(path).body
  end
end
