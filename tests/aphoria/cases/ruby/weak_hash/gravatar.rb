# expect: hash/algorithm = md5
require "digest"

class Payment
  def checksum(order, secret)
    Digest::MD5.hexdigest([order.id, order.total, secret].join(":"))
  end
end
