# Writes plugin.json beside the library, with what it was built against.
file(READ ${MANIFEST} text)
string(JSON text SET "${text}" library "\"${LIBRARY}\"")
string(JSON text SET "${text}" build "{\"sdk\": \"${SDK_VERSION}\", \"digest\": \"${DIGEST}\"}")
file(WRITE ${OUTPUT} "${text}\n")
