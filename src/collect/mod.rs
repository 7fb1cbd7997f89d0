//! Gets facts: the import of exports, and the export script.
