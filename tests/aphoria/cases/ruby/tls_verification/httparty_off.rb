# expect: tls/cert_verification/enabled = false
class Geo
  include HTTParty
  base_uri "https://geo.internal"

  def self.find(q)
    get("/find", query: { q: q }, verify: false, timeout: 3)
  end
end
