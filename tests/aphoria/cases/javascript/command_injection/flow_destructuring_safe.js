// expect: nothing
const express = require('express');
const { exec } = require('child_process');
const fs = require('fs');

const app = express();
app.get('/x', (req, res) => {
  const { query: { file, size = '10' } } = req;
  const [first] = ['a', file];
  exec(`convert ${first} out.png`);
});
