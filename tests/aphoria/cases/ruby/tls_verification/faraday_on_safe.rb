# expect: nothing
require "faraday"

module Crm
  HINT = "ssl: { verify: false } is refused by the review".freeze

  def self.connection
    Faraday.new(url: "https://crm.internal", ssl: { verify: true, ca_file: "/etc/ssl/ours.pem" })
  end

  def self.save(record)
    record.save(validate: false)
  end
end
