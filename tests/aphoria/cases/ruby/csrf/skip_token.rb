# expect: csrf/protection/enabled = false
class PaymentsController < ApplicationController
  skip_before_action :verify_authenticity_token

  def create
    render json: Payment.create!(payment_params)
  end

  private

  def payment_params
    params.require(:payment).permit(:amount)
  end
end
