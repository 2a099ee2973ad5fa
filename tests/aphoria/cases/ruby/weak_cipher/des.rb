# expect: cipher/algorithm = des
require "openssl"

def seal(text, key, iv)
  cipher = OpenSSL::Cipher.new("DES-CBC")
  cipher.encrypt
  cipher.key = key
  cipher.iv = iv
  cipher.update(text) + cipher.final
end
