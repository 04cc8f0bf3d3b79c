# Every foreign library as one interface target, so that folders name what they use.
find_package(PkgConfig REQUIRED)

function(td_pkg name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${module})
  add_library(td_pkg_${name} INTERFACE)
  target_link_libraries(td_pkg_${name} INTERFACE PkgConfig::${name})
endfunction()

td_pkg(crypto libcrypto)
td_pkg(ssl libssl)
td_pkg(jansson jansson)
td_pkg(idn2 libidn2)
td_pkg(sqlite sqlite3)
td_pkg(zlib zlib)
td_pkg(cmark libcmark-gfm)
td_pkg(cyaml libcyaml)
td_pkg(yaml yaml-0.1)
td_pkg(curl libcurl)
td_pkg(microhttpd libmicrohttpd)
td_pkg(ical libical)
td_pkg(pcre2 libpcre2-8)

# Logs go to the journal where libsystemd is there; without it, to stderr only.
pkg_check_modules(systemd IMPORTED_TARGET libsystemd)
add_library(td_pkg_systemd INTERFACE)
if(systemd_FOUND)
  target_link_libraries(td_pkg_systemd INTERFACE PkgConfig::systemd)
  target_compile_definitions(td_pkg_systemd INTERFACE TD_HAVE_SYSTEMD=1)
endif()

# libcsv has no .pc file; libetpan's would take PIE away (shared facts, libraries.md 3).
function(td_pkg_find name header library)
  find_path(TD_${name}_INCLUDE ${header} REQUIRED)
  find_library(TD_${name}_LIBRARY ${library} REQUIRED)
  add_library(td_pkg_${name} INTERFACE)
  target_include_directories(td_pkg_${name} SYSTEM INTERFACE ${TD_${name}_INCLUDE})
  target_link_libraries(td_pkg_${name} INTERFACE ${TD_${name}_LIBRARY})
endfunction()

td_pkg_find(csv csv.h csv)
td_pkg_find(etpan libetpan/libetpan.h etpan)
