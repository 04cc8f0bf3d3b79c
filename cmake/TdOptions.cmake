# Language, warnings, hardening and sanitizers, for every target of ours (td_options).
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_library(td_options INTERFACE)
target_compile_definitions(td_options INTERFACE _POSIX_C_SOURCE=200809L _XOPEN_SOURCE=700
  _DEFAULT_SOURCE TD_VERSION="${PROJECT_VERSION}")
target_include_directories(td_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(td_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wvla -Wformat=2 -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef
  -fno-strict-aliasing -fstack-protector-strong)
target_link_options(td_options INTERFACE -Wl,-z,relro,-z,now -pie)
if(TD_WERROR)
  target_compile_options(td_options INTERFACE -Werror)
endif()
if(TD_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "TD_FUZZ needs libFuzzer: configure with -DCMAKE_C_COMPILER=clang")
  endif()
  target_compile_options(td_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TD_SANITIZE OR TD_FUZZ)
  target_compile_options(td_options INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(td_options INTERFACE -fsanitize=address,undefined)
else()
  target_compile_options(td_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
