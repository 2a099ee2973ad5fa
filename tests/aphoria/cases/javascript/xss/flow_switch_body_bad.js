// expect: xss/unescaped_output = true
const express = require('express');
const { exec } = require('child_process');
const fs = require('fs');

const app = express();
app.get('/x', (req, res) => {
  let title;
  switch (req.query.kind) {
    case 'a':
      title = 'A';
      break;
    default:
      title = req.query.kind;
  }
  res.send('<h1>' + title + '</h1>');
});
