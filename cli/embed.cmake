# Writes OUT, a source file that holds the text of IN: `sample_events()` of cli/sample.h.
file(READ ${IN} TEXT)
file(WRITE ${OUT} "#include \"cli/sample.h\"\n\nnamespace govlog {\nstd::string_view sample_events() {\n  return R\"ndjson(${TEXT})ndjson\";\n}\n}  // namespace govlog\n")
