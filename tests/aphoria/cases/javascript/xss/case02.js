// expect: xss/dom_sink = true
const q = new URLSearchParams(location.search);
const box = document.querySelector('#box');
box.innerHTML = `<b>${q.get('name')}</b>`;
