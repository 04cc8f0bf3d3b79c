-- When an edition was released, and its class.
SELECT released, class FROM edition WHERE id = $id
