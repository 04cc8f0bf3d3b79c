# td_embed(TARGET NAME n FILES dir STRIP suffix PARTS dir): every regular file of dir, with the parts
# that it names in braces, as bytes in the
# table `const struct td_embedded td_embedded_n[]` (base/embed.h), ended by a NULL name.
function(td_embed target)
  cmake_parse_arguments(ARG "" "NAME;FILES;STRIP;PARTS" "" ${ARGN})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_FILES}/*)
  list(FILTER files EXCLUDE REGEX "/(incoming|postgres|parts)$")
  set(parts)
  if(ARG_PARTS)
    file(GLOB parts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_PARTS}/*)
  endif()
  set(out ${CMAKE_BINARY_DIR}/embedded/${ARG_NAME}.c)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${ARG_NAME} "-DFILES=${files}"
            -DSTRIP=${ARG_STRIP} "-DPARTS=${parts}" -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${files} ${parts} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
