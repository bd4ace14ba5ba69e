"""Slips, receipts and tickets on the shop's ESC/POS printers: their words, pictures and journey."""
