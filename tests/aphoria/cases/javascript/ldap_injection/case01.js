// expect: nothing
const express = require('express');
const ldap = require('ldapjs');
const client = ldap.createClient({ url: 'ldaps://d.example' });
const app = express();

app.get('/x/:id', async (req, res) => {
  client.search('dc=a', { scope: 'sub', filter: new ldap.EqualityFilter({ attribute: 'uid', value: req.params.id }) }, () => res.end());
});

app.listen(3000, '127.0.0.1');
