# expect: nothing
require "securerandom"

class Invite
  def token
    @token ||= SecureRandom.urlsafe_base64(32)
  end

  def shuffle_cards(cards)
    cards.sort_by { rand }
  end
end
