# Writes OUT, a source file that holds the text of IN as what FUNCTION, declared in HEADER, gives.
file(READ ${IN} TEXT)
file(WRITE ${OUT} "#include \"${HEADER}\"\n\nnamespace govlog {\nstd::string_view ${FUNCTION}() {\n  return R\"embedded(${TEXT})embedded\";\n}\n}  // namespace govlog\n")
