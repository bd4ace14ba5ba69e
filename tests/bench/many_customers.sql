CREATE TEMP TABLE n (i INTEGER PRIMARY KEY);
WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < :most - 1)
  INSERT INTO n SELECT i FROM c;
INSERT INTO product (uid, reference, name, name_en, description, brand, category, family, source,
    changed_at)
  SELECT 'product-' || i, 'B' || i, 'Article de banc numéro ' || i, '', '', '', 'banc', 'mug', 'bench',
    :now FROM n WHERE i < :variants;
INSERT INTO variant (product_id, sku, size, colour, tone, price_minor, currency, position)
  SELECT id, reference, '', '', '', 295 + id % 900, 'EUR', 0 FROM product WHERE source = 'bench';
INSERT INTO stock_level (store_id, variant_id, on_hand, reserved, safety_stock, counted_at, counted,
    moved_at, learnt_at, source, incoming)
  SELECT 1, v.id, v.id % 12, 0, 0, :now, v.id % 12, :now, :now, 'till', 0
    FROM variant v JOIN product p ON p.id = v.product_id WHERE p.source = 'bench';
INSERT INTO customer (id, uid, source, external_id, first_name, last_name, email, phone, city,
    country, language, joined_on, tier, points_snapshot, points_at, preferences, changed_at)
  SELECT :first + i, printf('%08x-0000-4000-8000-%012x', i, i), 'bench', i, 'Camille' || (i % 700),
    'Roussel' || (i % 9000), '', '', 'Lille', 'FR', 'fr', '2021-03-04', 'gold', i % 3000,
    datetime(:now, '-1 day') || '.000000', '{}', :now FROM n WHERE i < :customers;
INSERT INTO customer_token (token, customer_id) SELECT 'camille' || (i % 700), :first + i
  FROM n WHERE i < :customers ORDER BY 1, 2;
INSERT INTO customer_token (token, customer_id) SELECT 'roussel' || (i % 9000), :first + i
  FROM n WHERE i < :customers ORDER BY 1, 2;
INSERT INTO purchase (id, source, external_id, customer_id, store_id, channel, kind, occurred_at,
    total_minor, currency, articles, lines_count, summary)
  SELECT i + 1, 'bench', i, :first + CASE WHEN i % :often = 0
      THEN i / :often % :faithful * :faithful_step ELSE i * :spread % :customers END,
    1, CASE i % 3 WHEN 0 THEN 'web' ELSE 'store' END, CASE i % 20 WHEN 0 THEN 'return' ELSE 'sale' END,
    datetime(:now, '-' || ((:purchases - i) * 94608000 / :purchases) || ' seconds') || '.000000',
    900 + i % 9000, 'EUR', 3, 3, 'Article de banc numéro ' || (i % :variants)
    FROM n WHERE i < :purchases;
INSERT INTO purchase_line (purchase_id, variant_id, label, quantity, amount_minor)
  SELECT p.id, 4 + (p.customer_id * 7 + k * (1 + p.id % 5)) % :variants, '', 1, 300
    FROM purchase p, (SELECT 0 AS k UNION SELECT 1 UNION SELECT 2) ORDER BY p.id;
INSERT INTO customer_month (customer_id, month, purchases, total_minor)
  SELECT customer_id, substr(occurred_at, 1, 4) * 100 + substr(occurred_at, 6, 2), count(*),
    sum(total_minor) FROM purchase WHERE source = 'bench' GROUP BY 1, 2;
INSERT INTO customer_variant (customer_id, variant_id, times, quantity, last_at)
  SELECT p.customer_id, l.variant_id, count(*), sum(l.quantity), max(p.occurred_at)
    FROM purchase p JOIN purchase_line l ON l.purchase_id = p.id WHERE p.source = 'bench' GROUP BY 1, 2;
CREATE TEMP TABLE full AS SELECT id, i FROM customer JOIN n ON :first + n.i = customer.id
  WHERE n.i % :full = 0;
INSERT INTO consent (customer_id, purpose, channel, state, text_version, language, place, staff_code,
    proof, source, source_id, stated_at)
  SELECT id, a.purpose, a.channel, 'granted', '', 'fr', 'site', '', '', 'bench', id || a.purpose ||
    a.channel, :now FROM full, (SELECT 'marketing' purpose, 'email' channel UNION SELECT 'marketing',
    'sms' UNION SELECT 'suggestions', '' UNION SELECT 'store_history', '') a;
INSERT INTO note (uid, customer_id, staff_id, author, text, written_at)
  SELECT 'note-' || id || k, id, 1, 'Inès', 'Prépare un anniversaire, préfère le vert.', :now
    FROM full, (SELECT 0 AS k UNION SELECT 1);
INSERT INTO visit (uid, store_id, staff_id, staff_name, customer_id, opened_by, started_at, ended_at,
    reason, outcome, next_step, note)
  SELECT 'visit-' || id || '-' || k, 1, 1, 'Inès Benali', id, 'scan',
    datetime(:now, '-' || (k * 3 + 1) || ' days') || '.000000',
    datetime(:now, '-' || (k * 3 + 1) || ' days', '+20 minutes') || '.000000', 'gift', 'bought', '', ''
    FROM full, (SELECT 0 AS k UNION SELECT 1 UNION SELECT 2);
INSERT INTO visit_line (visit_id, sku, kind) SELECT v.id, 'B' || k, 'shown'
  FROM visit v, (SELECT 0 AS k UNION SELECT 1);
INSERT INTO points_movement (customer_id, points, reason, source, source_id, occurred_at)
  SELECT id, 10 + k, 'purchase', 'bench', id || '-' || k, datetime(:now, '-' || k || ' days') ||
    '.000000' FROM full, (SELECT 0 AS k UNION SELECT 3 UNION SELECT 9);
INSERT INTO "order" (uid, source, external_id, number, store_id, customer_id, customer_name, placed_at,
    paid, total_minor, currency, state, state_at, code, pickup_code, staging_place, closed_by, reason)
  SELECT 'order-' || id, 'bench', id, 200000 + i, 1, id, 'Camille', datetime(:now, '-2 days') ||
    '.000000', 1, 2460, 'EUR', 'accepted', :now, 'R' || id, '', 'B-04', '', '' FROM full;
INSERT INTO order_line (uid, order_id, variant_id, sku, label, quantity, unit_price_minor, state, reason)
  SELECT 'line-' || o.id || k, o.id, 4 + k, 'B' || k, '', 2, 295, 'picked', ''
    FROM "order" o, (SELECT 0 AS k UNION SELECT 1) WHERE o.source = 'bench';
