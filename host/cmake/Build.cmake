# What every target of this tree is built with: language, warnings, sanitizers, linker, cache.
option(WHATSFLOW_TESTS "Build the tests" OFF)
option(WHATSFLOW_BENCHMARKS "Build the benchmarks" OFF)
option(WHATSFLOW_FUZZERS "Build the libFuzzer targets (clang)" OFF)
option(WHATSFLOW_COVERAGE "Count executed lines with gcov" OFF)
option(WHATSFLOW_TIDY "Run clang-tidy beside the compiler" OFF)
option(WHATSFLOW_UNITY "Compile several files at once: half the time from nothing, more after a change" OFF)
option(WHATSFLOW_WERROR "Warnings are errors" ON)
set(WHATSFLOW_SANITIZER "" CACHE STRING "address (with undefined) or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                    -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
                    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond> -fstack-protector-strong)
# GCC 12 calls optimised library code a null dereference or an overflow where there is none.
add_compile_options($<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-null-dereference>
                    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-stringop-overread> $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-stringop-overflow>
                    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-array-bounds>
                    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
# Line tables are enough for a stack trace and keep objects and links small.
add_compile_options($<$<CONFIG:Debug>:-g1> $<$<CONFIG:RelWithDebInfo>:-g1>)
# A fifth of the compiler's time went into collecting garbage that it can afford to keep.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>)
if(WHATSFLOW_WERROR)
  add_compile_options(-Werror)
endif()

if(WHATSFLOW_SANITIZER STREQUAL "address")
  # Not optimised: these builds run once, so the compiler's time counts more than the program's.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(WHATSFLOW_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  # GCC's TSan does not model fences and says so at each use in a library header.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  add_link_options(-fsanitize=thread)
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
if(WHATSFLOW_UNITY)
  # Names in unnamed namespaces then meet; where two are equal the target says UNITY_BUILD OFF.
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage> -Wno-shadow -Wno-unused-function)
endif()
if(WHATSFLOW_COVERAGE)
  # Not optimised, or lines would share counters.
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
  find_program(GCOVR gcovr REQUIRED)
  # Everything that is built by then: ninja -C build/coverage && ninja -C build/coverage coverage_report
  add_custom_target(coverage_report
    COMMAND find ${CMAKE_BINARY_DIR} -name *.gcda -delete
    COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${CMAKE_BINARY_DIR} -L unit --output-on-failure
    COMMAND ${GCOVR} --root ${CMAKE_SOURCE_DIR} --object-directory ${CMAKE_BINARY_DIR}
            --filter "host/src/" --filter "sdk/" --filter "plugins/"
            --exclude ".*_(test|fuzz|bench)\\.cpp" --exclude "sdk/(examples|template)"
            --exclude-throw-branches --gcov-ignore-parse-errors --sort-uncovered
            --html-details ${CMAKE_BINARY_DIR}/coverage/index.html --txt ${CMAKE_BINARY_DIR}/coverage/lines.txt
            --print-summary
    COMMENT "Unit tests with counters; then build/coverage/coverage/index.html"
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} USES_TERMINAL VERBATIM)
endif()
if(WHATSFLOW_FUZZERS)
  # These run for long: a little optimisation is some times as many tries.
  add_compile_options(-fsanitize=fuzzer-no-link -O1)
endif()
if(WHATSFLOW_TIDY)
  find_program(CLANG_TIDY NAMES clang-tidy-16 clang-tidy REQUIRED)
  # It reads neither the compiler's precompiled headers nor all of its warnings' names.
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
  set(CMAKE_CXX_CLANG_TIDY ${CLANG_TIDY} --quiet --extra-arg=-Wno-unknown-warning-option)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers need ccache to look at what they define, not at when they were made.
  # Relative paths let build folders with the same flags share what they compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

enable_testing()
if(WHATSFLOW_TESTS)
  find_package(GTest REQUIRED)
endif()
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)

if(WHATSFLOW_FUZZERS)
  add_custom_target(fuzzers)
endif()

# wf_precompile(target header): a precompiled header of its own. One that ccache took from
# another build folder would hold that folder's headers, so it is always compiled here; objects
# that use it are told apart by the digest of what it holds.
function(wf_precompile target header)
  target_precompile_headers(${target} PUBLIC ${header})
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "")
  set(file ${CMAKE_CURRENT_SOURCE_DIR}/${header})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(SHA256 ${file} digest)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.gch.sum "${WF_SDK_DIGEST} ${digest}\n")
endfunction()

# wf_unit_test(name SOURCES... LIBRARIES...): one test program, one ctest entry a test.
function(wf_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT WHATSFLOW_TESTS OR NOT ARG_SOURCES)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  # Made with the host's definitions, so it fits the host's tests only.
  if(TARGET wf_test_pch AND CMAKE_CURRENT_SOURCE_DIR MATCHES "^${CMAKE_SOURCE_DIR}/host/")
    target_precompile_headers(${name} REUSE_FROM wf_test_pch)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE WF_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set(patience 120)
  if(WHATSFLOW_SANITIZER)
    set(patience 600)  # threads that are watched take up to ten times as long
  endif()
  set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT ${patience})
endfunction()

# wf_fuzzer(source LINK...): a libFuzzer program named after its source.
function(wf_fuzzer source)
  if(NOT WHATSFLOW_FUZZERS)
    return()
  endif()
  get_filename_component(fuzz ${source} NAME_WE)
  add_executable(${fuzz} ${source})
  target_link_libraries(${fuzz} PRIVATE ${ARGN})
  target_link_options(${fuzz} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${fuzz} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${fuzz})
endfunction()

# wf_host_library(name LINK... ): a static library of every .cpp in this folder, with its
# *_test.cpp as the program <name>_test. Included from the tree as "<name>/header.hpp".
function(wf_host_library name)
  cmake_parse_arguments(ARG "" "" "LINK;TEST_LINK;TEST_SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|_bench)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(target wf_${name})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/host/src)
  target_link_libraries(${target} PUBLIC whatsflow_sdk ${ARG_LINK})
  target_precompile_headers(${target} REUSE_FROM wf_pch)
  wf_unit_test(${name}_test SOURCES ${tests} ${ARG_TEST_SOURCES} LIBRARIES ${target} ${ARG_TEST_LINK})
  file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_fuzz.cpp)
  foreach(fuzzer ${fuzzers})
    wf_fuzzer(${fuzzer} ${target})
  endforeach()
  file(GLOB benches CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_bench.cpp)
  if(WHATSFLOW_BENCHMARKS)
    find_package(benchmark REQUIRED)
    foreach(bench ${benches})
      get_filename_component(program ${bench} NAME_WE)
      add_executable(${program} ${bench})
      target_link_libraries(${program} PRIVATE ${target} benchmark::benchmark_main)
      set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
    endforeach()
  endif()
endfunction()
