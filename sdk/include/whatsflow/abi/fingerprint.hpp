/// \file
/// The build fingerprint: what must agree before C++ objects may cross the plugin line.
///
/// A readable string such as `x86_64 libstdc++-cxx11abi1 sdk-3f9c1a`, compared word by
/// word. The compiler and its version are not part of it: libstdc++'s ABI is stable
/// across them. Sanitizers and the debug containers are, because they change layouts.
#pragma once

#include <whatsflow/abi/sdk_digest.h>

#if defined(__x86_64__)
#define WF_FINGERPRINT_ARCH "x86_64"
#elif defined(__aarch64__)
#define WF_FINGERPRINT_ARCH "aarch64"
#else
#error "WhatsFlow plugins are built for x86_64 and aarch64"
#endif

#include <string>  // defines the standard library's own macros

#if !defined(__GLIBCXX__)
#error "WhatsFlow plugins are built against libstdc++"
#endif

#if _GLIBCXX_USE_CXX11_ABI
#define WF_FINGERPRINT_STL " libstdc++-cxx11abi1"
#else
#define WF_FINGERPRINT_STL " libstdc++-cxx11abi0"
#endif

#if defined(_GLIBCXX_DEBUG)
#define WF_FINGERPRINT_DEBUG " +stl-debug"
#else
#define WF_FINGERPRINT_DEBUG ""
#endif

#if defined(__SANITIZE_ADDRESS__)
#define WF_FINGERPRINT_SANITIZER " +asan"
#elif defined(__SANITIZE_THREAD__)
#define WF_FINGERPRINT_SANITIZER " +tsan"
#else
#define WF_FINGERPRINT_SANITIZER ""
#endif

#define WF_BUILD_FINGERPRINT                                                             \
    WF_FINGERPRINT_ARCH WF_FINGERPRINT_STL WF_FINGERPRINT_DEBUG WF_FINGERPRINT_SANITIZER \
        " sdk-" WF_SDK_DIGEST
