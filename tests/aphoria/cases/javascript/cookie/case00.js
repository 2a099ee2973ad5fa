// expect: cookie/secure = false
const express = require('express');

const app = express();

app.get('/x/:id', async (req, res) => {
  res.cookie('a', 'b', { httpOnly: true, secure: false });
  res.end();
});

app.listen(3000, '127.0.0.1');
