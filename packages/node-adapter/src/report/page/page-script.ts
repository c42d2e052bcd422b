/**
 * The report's own script: it shows the images behind a cell of the confusion matrix. Names reach the page as text only.
 * `<dialog>` brings what such a window needs: the focus stays inside, Escape closes it, and the focus returns to the cell.
 */
export const pageScript = `'use strict';
(function () {
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const dialog = document.getElementById('cell-images');
  const title = document.getElementById('cell-title');
  const content = document.getElementById('cell-content');
  const element = function (name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const named = function (text) { return element('bdi', '', text); };
  const scores = function (record) {
    const line = element('p');
    record.scores.forEach(function (pair, i) {
      if (i > 0) line.append(' · ');
      line.append(named(data.classNames[pair[0]]), ' ' + pair[1].toFixed(3));
    });
    return line;
  };
  const card = function (record) {
    const item = element('li');
    if (record.image) {
      const image = element('img');
      image.src = record.image;
      image.alt = '';
      item.append(image);
    } else {
      item.append(element('div', 'blank', 'no picture kept'));
    }
    item.append(scores(record));
    const path = element('p', 'path');
    path.append(named(record.path));
    item.append(path);
    return item;
  };
  const open = function (button) {
    const cell = data.cells[button.dataset.cell];
    const pair = button.dataset.cell.split(',').map(Number);
    title.replaceChildren('Actual ', named(data.classNames[pair[0]]), ', predicted ', named(data.classNames[pair[1]]),
      ': ' + cell.total + (cell.total === 1 ? ' image' : ' images'));
    const list = element('ul', 'images');
    cell.records.forEach(function (index) { list.append(card(data.records[index])); });
    content.replaceChildren(list);
    const more = cell.total - cell.records.length;
    if (more > 0) content.append(element('p', 'soft', more + ' more; graft evaluate --csv lists all'));
    dialog.showModal();
  };
  document.querySelectorAll('button.cell').forEach(function (button) {
    button.addEventListener('click', function () { open(button); });
  });
  document.getElementById('cell-close').addEventListener('click', function () { dialog.close(); });
  dialog.addEventListener('click', function (event) { if (event.target === dialog) dialog.close(); });
})();
`;
