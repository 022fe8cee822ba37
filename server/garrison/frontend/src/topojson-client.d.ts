/** The one function that is used of a library that brings no types. */
declare module "topojson-client" {
  export function feature(topology: unknown, object: unknown): GeoJSON.FeatureCollection;
}
