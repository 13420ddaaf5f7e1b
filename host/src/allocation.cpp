// How the process's allocator (jemalloc) keeps what was freed: for half a second, then the system
// has it back, also what a thread freed that has had nothing to do since. Its own ten seconds make
// a busy minute's memory look like the program's.
extern "C" const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:500,muzzy_decay_ms:0";
