"""What customers are written: the words, the page of an e-mail, and the worker that sends."""
