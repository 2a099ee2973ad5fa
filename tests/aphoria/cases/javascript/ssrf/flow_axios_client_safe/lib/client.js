const axios = require('axios');
class Client {
  async get(where) {
    const answer = await axios.get('https://api.example.com/items', { params: { q: where } });
    return answer.data;
  }
}
module.exports = new Client();
