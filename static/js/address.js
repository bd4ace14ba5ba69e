// A search that follows the typing keeps the address true, so that a reload or another language
// shows the same page: <form data-address>.
function follow(form) {
  const write = () => {
    const query = new URLSearchParams(new FormData(form));
    history.replaceState(null, '', `${form.getAttribute('action')}?${query}`);
  };
  form.addEventListener('input', write);
  form.addEventListener('change', write);
}

document.querySelectorAll('[data-address]').forEach(follow);
