# expect: nothing
class PaymentsController < ApplicationController
  protect_from_forgery with: :exception
  skip_before_action :set_locale

  # skip_before_action :verify_authenticity_token
  def create
    render json: Payment.create!(payment_params)
  end
end
