#include "boot/program.hpp"

int main(int argc, char** argv) { return whatsflow::boot::run_program(argc, argv); }
