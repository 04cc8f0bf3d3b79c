# td_folder(NAME USES target…): src/NAME/*.c as the static library td_NAME (td_app_send for app/send).
# A folder without a source yet is an interface target, so that the layer order stands.
function(td_folder name)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  string(REPLACE "/" "_" library td_${name})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
  if(sources)
    add_library(${library} STATIC ${sources})
    target_link_libraries(${library} PUBLIC td_options ${ARG_USES})
  else()
    add_library(${library} INTERFACE)
    target_link_libraries(${library} INTERFACE td_options ${ARG_USES})
  endif()
endfunction()
