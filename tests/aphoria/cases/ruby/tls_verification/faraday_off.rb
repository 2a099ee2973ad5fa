# expect: tls/cert_verification/enabled = false
require "faraday"

module Crm
  def self.connection
    Faraday.new(url: "https://crm.internal", ssl: { verify: false }) do |f|
      f.request :json
      f.options.timeout = 5
    end
  end
end
