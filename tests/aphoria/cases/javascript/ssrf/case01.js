// expect: nothing
const express = require('express');
const axios = require('axios');
const app = express();

app.get('/x/:id', async (req, res) => {
  const got = await axios.get('https://api.example/' + encodeURIComponent(req.params.id));
  res.json(got.status);
});

app.listen(3000, '127.0.0.1');
