const axios = require('axios');
class Client {
  async get(where) {
    const answer = await axios.get(where);
    return answer.data;
  }
}
module.exports = new Client();
