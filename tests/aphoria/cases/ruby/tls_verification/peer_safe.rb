# expect: nothing
require "net/http"
require "openssl"

class Feed
  # VERIFY_NONE was for staging: http.verify_mode = OpenSSL::SSL::VERIFY_NONE
  def initialize(host, ca)
    @http = Net::HTTP.new(host, 443)
    @http.use_ssl = true
    @http.ca_file = ca
    @http.verify_mode = OpenSSL::SSL::VERIFY_PEER
  end
end
