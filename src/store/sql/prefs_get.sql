-- A choice by its id.
SELECT topics, format, cadence, at, zone FROM prefs WHERE id = $id
