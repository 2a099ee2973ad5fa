// expect: nothing
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
      title = 'other';
  }
  res.send('<h1>' + title + '</h1>');
});
